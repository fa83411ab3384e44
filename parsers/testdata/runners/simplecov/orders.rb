def total(lines)
  sum = 0
  lines.each do |line|
    sum += line[:price] * line[:count]
  end
  sum
end

def discount(sum, code)
  if code == 'HALF'
    return sum / 2
  end
  if code == 'FREE'
    return 0
  end
  sum
end

def ship(order)
  order[:express] ? 'fast' : 'slow'
end
