import { START_MS } from "../support/gate";
import { consolePages } from "./console";
import { product, startProduct, stopProduct } from "./product";
import { simulatorPages } from "./simulator";
import { answeredAgain, answeredAtFirst, askedFirst } from "./who";

beforeAll(startProduct, START_MS);
afterAll(stopProduct);

// One start serves them all, each at the policy that the answer before it has written: they run in this order, and as a whole.
describe("the first page's question", askedFirst);
describe("the simulator", simulatorPages);
describe("the first page's question after an answer", answeredAtFirst);
describe("the console with a policy that requires approval", consolePages);
describe("the first page's question after a second answer", answeredAgain);

it("npm start has printed no warning so far", () => expect(product.gate.printed()).not.toMatch(/warning|notice/i));
