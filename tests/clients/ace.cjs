// Ace by DAISY on one book: node ace.cjs BOOK FOLDER writes FOLDER/report.json.
//
// What the command of @daisy/ace-cli does, without its log. NODE_PATH names the folder of the
// packages, PUPPETEER_EXECUTABLE_PATH the browser.

"use strict";

const ace = require("@daisy/ace-core");
const runner = require("@daisy/ace-axe-runner-puppeteer");

require("winston").configure({ silent: true });

const [book, folder] = process.argv.slice(2);

async function main() {
  await runner.launch();
  try {
    await ace(book, { cwd: process.cwd(), outdir: folder, lang: "en" }, runner);
  } finally {
    await runner.close();
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
