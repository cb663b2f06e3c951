import "./web_test";
import "./record_test";
