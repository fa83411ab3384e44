package orders;

import org.junit.BeforeClass;
import org.junit.Test;

public class ClosedTest {
    @BeforeClass
    public static void open() {
        throw new IllegalStateException("closed");
    }

    @Test
    public void one() {
    }

    @Test
    public void two() {
    }
}
