import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrdersTest {
    static int total(int... prices) {
        return IntStream.of(prices).sum();
    }

    @Test
    @DisplayName("adds <&\"> prices ]]>")
    void adds() {
        System.out.println("a line of ]]> output");
        assertEquals(3, total(1, 2));
    }

    @Test
    void isWrong() {
        assertAll(() -> assertEquals(4, total(1, 2)), () -> assertEquals(5, total(1, 2)));
    }

    @Test
    void throwsUp() {
        throw new IllegalStateException("no connection");
    }

    @Test
    @Disabled("no refunds yet")
    void isDisabled() {
    }

    @Test
    void assumesWhatIsNot() {
        assumeTrue(false, "no shipping yet");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void costsNothing(int price) {
        assertEquals(0, total(price));
    }

    @RepeatedTest(3)
    void holdsAtLast(RepetitionInfo info) {
        assertEquals(3, info.getCurrentRepetition());
    }

    @TestFactory
    Stream<DynamicTest> dynamic() {
        return Stream.of(0, 1).map(p -> DynamicTest.dynamicTest("of " + p, () -> assertEquals(0, total(p))));
    }

    @Nested
    class Closed {
        @BeforeEach
        void open() {
            throw new IllegalStateException("closed");
        }

        @Test
        void isNeverRun() {
        }
    }

    @Nested
    @Disabled("no shop")
    class Shop {
        @Test
        void one() {
        }

        @Test
        void two() {
        }
    }

    static class Stuck {
        @AfterAll
        static void close() {
            throw new IllegalStateException("the till is stuck");
        }

        @Test
        void holds() {
        }
    }

    static class Never {
        @BeforeAll
        static void open() {
            throw new IllegalStateException("closed");
        }

        @Test
        void one() {
        }

        @Test
        void two() {
        }
    }
}
