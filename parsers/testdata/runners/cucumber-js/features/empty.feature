Feature: Nothing yet

  Scenario: has no steps
