"""Makes `pytest` work in a checkout whether or not the project is installed.

Where it is installed, its entry point of the same name has loaded the plugin already, and naming it again is harmless.
"""

pytest_plugins = ["conformance.plugin"]
