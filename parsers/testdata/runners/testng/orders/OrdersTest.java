package orders;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.fail;

import org.testng.IRetryAnalyzer;
import org.testng.ITestResult;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** 4 pass, 2 fail, 1 is skipped, 1 is disabled, 1 fails and then passes. */
public class OrdersTest {
    private Orders orders;

    @BeforeMethod
    public void open() {
        orders = new Orders();
    }

    @AfterMethod
    public void close() {
        orders = null;
    }

    @Test
    public void adds() { // passes
        orders.add(2);
        assertEquals(orders.items(), 2);
    }

    @Test(expectedExceptions = IllegalArgumentException.class)
    public void refusesNothing() { // passes
        orders.add(0);
    }

    @DataProvider
    public Object[][] prices() {
        return new Object[][] {{1, 10}, {10, 90}, {9, 81}};
    }

    @Test(dataProvider = "prices")
    public void price(int items, int want) { // passes for 1 and 10, fails for 9
        orders.add(items);
        assertEquals(orders.price(), want, "price & <total>");
    }

    @Test
    public void delivers() { // fails
        fail("there is no carrier");
    }

    @Test
    public void refunds() { // is skipped
        throw new SkipException("not yet");
    }

    @Test(enabled = false)
    public void gifts() { // is disabled
        fail("disabled");
    }

    /** Once more, once. */
    public static class Once implements IRetryAnalyzer {
        private boolean done;

        @Override
        public boolean retry(ITestResult result) {
            boolean again = !done;
            done = true;
            return again;
        }
    }

    private static int tries;

    @Test(retryAnalyzer = Once.class)
    public void flaky() { // fails, and passes when it is tried again
        tries++;
        assertEquals(tries, 2, "tries");
    }
}
