def before_scenario(context, scenario):
    if "skip" in scenario.tags:
        scenario.skip("not today")


def after_scenario(context, scenario):
    if "hook" in scenario.tags:
        raise ValueError("on purpose")
