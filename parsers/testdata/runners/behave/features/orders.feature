Feature: Orders
  A tiny shop.

  Background:
    Given an empty order

  Scenario: adds up
    When 3 items of 2 are added
    Then the total is 6

  Scenario: is wrong on purpose
    When 3 items of 2 are added
    Then the total is 7
    And the total is 6

  Scenario Outline: discount of <total>
    When 1 items of <total> are added
    Then the discount is <discount>

    Examples:
      | total | discount |
      | 50    | 0        |
      | 200   | 20       |
      | 300   | 1        |

  Scenario: has a step that no one wrote
    When nobody knows what this is

  Scenario: has a step that throws
    When something breaks
    Then the total is 0

  @skip
  Scenario: is skipped
    Then the total is 7

  @hook
  Scenario: has a hook that throws
    Then the total is 0
