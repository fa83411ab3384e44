<?php

use PHPUnit\Framework\TestCase;

final class OrdersTest extends TestCase
{
    public function testTotal(): void
    {
        $this->assertSame(3, Orders::total([1, 2]));
    }

    public function testTotalIsWrong(): void
    {
        $this->assertSame(4, Orders::total([1, 2]));
    }

    public function testThrows(): void
    {
        throw new RuntimeException('no connection');
    }

    public function testTypeError(): void
    {
        Orders::total(null);
    }

    public function testTriggersAWarning(): void
    {
        trigger_error('prices are old', E_USER_WARNING);
    }

    public function testSkipped(): void
    {
        $this->markTestSkipped('no refunds yet');
    }

    public function testIncomplete(): void
    {
        $this->markTestIncomplete('to be written');
    }

    public function testAssertsNothing(): void
    {
        Orders::discount(11);
    }

    /** @depends testTotalIsWrong */
    public function testDepends(): void
    {
        $this->assertTrue(true);
    }

    /** @dataProvider prices */
    public function testCostsNothing(array $prices): void
    {
        $this->assertSame(0, Orders::total($prices));
    }

    public function prices(): array
    {
        return ['none' => [[]], 'free' => [[0]], 'one <&">' => [[1]]];
    }

    /** @dataProvider nothing */
    public function testProviderThrows(int $n): void
    {
        $this->assertSame(0, $n);
    }

    public function nothing(): array
    {
        throw new RuntimeException('no data');
    }
}
