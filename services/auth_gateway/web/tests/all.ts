import "./web_test";
import "./record_test";
import "./value_test";
