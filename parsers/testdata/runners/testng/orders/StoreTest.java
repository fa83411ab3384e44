package orders;

import static org.testng.Assert.assertEquals;

import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The set-up fails, so that both tests are skipped. */
public class StoreTest {
    @BeforeClass
    public void connect() {
        throw new IllegalStateException("no database");
    }

    @Test
    public void saves() {
        assertEquals(1, 1);
    }

    @Test
    public void loads() {
        assertEquals(1, 1);
    }
}
