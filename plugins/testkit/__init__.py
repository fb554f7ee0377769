"""The kit with which plugins are tested: a neighbourhood in memory that answers as the platform does.

It comes to pytest by itself (entry point `pytest11`) and brings the fixture `x` (`plugins.testkit.x.X`).
`plugins.testkit.contract.PluginContract` holds the tests that every plugin can inherit with one line.
"""
