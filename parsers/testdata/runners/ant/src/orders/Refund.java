package orders;

public class Refund {
    public static int half(int n) {
        return n / 2;
    }
}
