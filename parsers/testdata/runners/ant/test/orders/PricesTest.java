package orders;

import static org.junit.Assert.assertEquals;

import java.util.Arrays;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

@RunWith(Parameterized.class)
public class PricesTest {
    @Parameterized.Parameters(name = "price \"{0}\"")
    public static Iterable<Integer> prices() {
        return Arrays.asList(0, 1);
    }

    @Parameterized.Parameter
    public int price;

    @Test
    public void costsNothing() {
        assertEquals(0, Orders.total(new int[] {price}));
    }
}
