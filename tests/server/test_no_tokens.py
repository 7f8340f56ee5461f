"""A weft that was built without libcjose: a project that asks for tokens is refused, and told what to do."""
import sys

import harness
from test_tokens import Desk


def test_a_project_with_tokens_is_not_served(desk):
    desk.configure_secret()
    refused = desk.check()
    assert refused.returncode == 1, refused
    assert "this weft was built without tokens" in refused.stderr, refused.stderr
    assert "use API keys" in refused.stderr, refused.stderr


def main():
    shop = harness.Shop(sys.argv[1])
    desk = Desk(shop)
    try:
        return harness.run_tests(globals(), desk)
    finally:
        desk.close()
        shop.close()


if __name__ == "__main__":
    sys.exit(main())
