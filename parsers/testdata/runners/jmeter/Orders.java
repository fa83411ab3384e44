import org.apache.jmeter.assertions.ResponseAssertion;
import org.apache.jmeter.control.LoopController;
import org.apache.jmeter.control.TransactionController;
import org.apache.jmeter.engine.StandardJMeterEngine;
import org.apache.jmeter.reporters.ResultCollector;
import org.apache.jmeter.samplers.AbstractSampler;
import org.apache.jmeter.samplers.Entry;
import org.apache.jmeter.samplers.SampleResult;
import org.apache.jmeter.testelement.TestElement;
import org.apache.jmeter.testelement.TestPlan;
import org.apache.jmeter.threads.ThreadGroup;
import org.apache.jmeter.util.JMeterUtils;
import org.apache.jorphan.collections.HashTree;

/** Two users run five loops of: a search, a checkout that answers without "paid", and a
 * transaction Buy around one payment, which has a sub-sample and is down. */
public class Orders {
    public static class Order extends AbstractSampler {
        public SampleResult sample(Entry e) {
            SampleResult r = new SampleResult();
            r.setSampleLabel(getName());
            r.sampleStart();
            try {
                Thread.sleep(1);
            } catch (InterruptedException x) {
                throw new IllegalStateException(x);
            }
            boolean pay = getName().equals("Pay");
            r.setResponseCode(pay ? "503" : "200");
            r.setResponseMessage(pay ? "closed,\nsee \"status\"" : "OK");
            r.setSuccessful(!pay);
            r.setResponseData("an order", "UTF-8");
            r.setDataType(SampleResult.TEXT);
            r.sampleEnd();
            if (pay) {
                SampleResult sub = new SampleResult();
                sub.setSampleLabel("Pay part");
                sub.sampleStart();
                sub.sampleEnd();
                sub.setSuccessful(false);
                r.storeSubResult(sub);
            }
            return r;
        }
    }

    static Order order(String name) {
        Order o = new Order();
        o.setName(name);
        return o;
    }

    public static void main(String[] args) throws Exception {
        String home = "/usr/share/jmeter";
        JMeterUtils.setJMeterHome(home);
        JMeterUtils.loadJMeterProperties(home + "/bin/jmeter.properties");
        for (int i = 1; i < args.length; i++) {
            String[] kv = args[i].split("=", 2);
            JMeterUtils.setProperty("jmeter.save.saveservice." + kv[0], kv[1]);
        }
        JMeterUtils.initLocale();

        LoopController loop = new LoopController();
        loop.setLoops(5);
        loop.setFirst(true);
        loop.initialize();
        ThreadGroup users = new ThreadGroup();
        users.setName("Users");
        users.setNumThreads(2);
        users.setRampUp(0);
        users.setSamplerController(loop);
        TransactionController buy = new TransactionController();
        buy.setName("Buy");
        ResponseAssertion paid = new ResponseAssertion();
        paid.setName("says paid");
        paid.setTestFieldResponseData();
        paid.setToContainsType();
        paid.addTestString("paid");
        ResultCollector collector = new ResultCollector();
        collector.setFilename(args[0]);

        HashTree plan = new HashTree();
        TestPlan root = new TestPlan("orders");
        HashTree under = plan.add(root);
        under.add(collector);
        HashTree group = under.add(users);
        group.add(order("Search \"red, blue\""));
        group.add(order("Checkout")).add(paid);
        group.add(buy).add(order("Pay"));
        StandardJMeterEngine engine = new StandardJMeterEngine();
        engine.configure(plan);
        engine.run();
    }
}
