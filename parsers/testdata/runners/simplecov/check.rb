require 'simplecov'
SimpleCov.command_name ARGV[0]
SimpleCov.start do
  enable_coverage :branch
  root __dir__
  coverage_dir 'out'
end
require_relative 'orders'

case ARGV[0]
when 'unit'
  raise unless total([{ price: 3, count: 2 }, { price: 4, count: 1 }]) == 10
  raise unless discount(10, 'HALF') == 5
when 'integration'
  raise unless discount(10, 'NONE') == 10
end
