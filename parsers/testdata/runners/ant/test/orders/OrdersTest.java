package orders;

import static org.junit.Assert.assertEquals;
import static org.junit.Assume.assumeTrue;

import org.junit.After;
import org.junit.Ignore;
import org.junit.Test;

public class OrdersTest {
    private boolean stuck;

    @After
    public void close() {
        if (stuck) {
            throw new IllegalStateException("the till is stuck");
        }
    }

    @Test
    public void adds() {
        System.out.println("a line <of> output ]]>");
        assertEquals(3, Orders.total(new int[] {1, 2}));
    }

    @Test
    public void isWrong() {
        assertEquals("a <total>", 4, Orders.total(new int[] {1, 2}));
    }

    @Test
    public void throwsUp() {
        Orders.total(null);
    }

    @Test(expected = NullPointerException.class)
    public void throwsAsItShould() {
        Orders.total(null);
    }

    @Test(expected = NullPointerException.class)
    public void shouldThrow() {
        Orders.total(new int[0]);
    }

    @Test(timeout = 50)
    public void hangs() throws Exception {
        Thread.sleep(5000);
    }

    @Ignore("no refunds yet")
    @Test
    public void ignored() {
    }

    @Test
    public void assumesWhatIsNot() {
        assumeTrue("no shipping yet", false);
    }

    @Test
    public void leavesTheTillStuck() {
        stuck = true;
        assertEquals(50, Orders.discount(11));
    }
}
