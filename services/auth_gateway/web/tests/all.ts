import "./backtest_test";
import "./web_test";
import "./policy_test";
import "./record_test";
import "./value_test";
