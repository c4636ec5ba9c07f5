"""`python -m clean` is `clean`."""

from clean.cli.main import main

if __name__ == "__main__":
    main()
