<?php

use PHPUnit\Framework\TestCase;

final class ClosedTest extends TestCase
{
    public static function setUpBeforeClass(): void
    {
        throw new RuntimeException('closed');
    }

    public function testOne(): void
    {
        $this->assertTrue(true);
    }

    public function testTwo(): void
    {
        $this->assertTrue(true);
    }
}
