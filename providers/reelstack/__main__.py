"""`python -m reelstack` is the command line."""

from reelstack.cli import main

if __name__ == "__main__":
    main()
