package orders;

public class Orders {
    public static int total(int[] prices) {
        int sum = 0;
        for (int p : prices) {
            sum += p;
        }
        return sum;
    }

    public static int discount(int n) {
        if (n > 100) {
            return 0;
        }
        return n > 10 ? 50 : 100;
    }

    public static boolean ship(int n) {
        boolean ok = n > 0;
        return ok;
    }
}
