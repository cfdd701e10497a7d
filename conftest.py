"""Makes `pytest` work in a checkout that is not installed.

Where the project is installed, its entry point has loaded the plugin already; naming it again would be refused as soon
as pytest takes another folder for its root.
"""

from importlib.metadata import entry_points

if not any(each.name == "conformance.plugin" for each in entry_points(group="pytest11")):
    pytest_plugins = ["conformance.plugin"]
