"""``python -m converters`` is the command ``broadsheet``."""

from converters.cli import main

if __name__ == "__main__":
    main()
