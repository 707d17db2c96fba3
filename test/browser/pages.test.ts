import { START_MS } from "../support/gate";
import { consolePages } from "./console";
import { product, startProduct, stopProduct } from "./product";
import { simulatorPages } from "./simulator";
import { answeredAgain, answeredAtFirst, askedFirst } from "./who";

beforeAll(startProduct, START_MS);
afterAll(stopProduct);

// One start serves them all, each at the policy that the answer before it has written: they run in this order, and as a whole.
describe("the question of the first page", askedFirst);
describe("the simulator", simulatorPages);
describe("the question, answered", answeredAtFirst);
describe("the console, of a policy that asks approvers", consolePages);
describe("the question, answered again", answeredAgain);

it("npm start has printed no warning by now", () => expect(product.gate.printed()).not.toMatch(/warning|notice/i));
