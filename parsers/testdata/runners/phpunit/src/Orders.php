<?php

final class Orders
{
    public static function total(array $prices): int
    {
        $sum = 0;
        foreach ($prices as $p) {
            $sum += $p;
        }
        return $sum;
    }

    public static function discount(int $n): int
    {
        if ($n > 100) {
            return 0;
        }
        return $n > 10 ? 50 : 100;
    }

    public static function ship(int $n): bool
    {
        $ok = $n > 0;
        return $ok;
    }
}
