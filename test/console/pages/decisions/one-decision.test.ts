import { record, startConsole, type TestConsole } from "../../support";

let console: TestConsole;
beforeAll(async () => {
  console = await startConsole();
});
afterAll(() => console.close());

it("shows what an external tenant tells, what its form does not show, and why a token got no claims", async () => {
  await console.world.decisions.keep(
    record({
      verdict: "continue",
      reasons: [],
      step: "before-sending-token",
      source: "external-tenant",
      application: "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33",
      ipAddress: "203.0.113.24",
      correlationId: "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88",
      notCollected: ["city"],
      failure: "read",
    }),
    90,
  );
  const page = await (await console.get("/decisions/K7QD-9MXD", "Reader")).text();
  const facts = [...page.matchAll(/<dt>([^<]*)<\/dt><dd>([^<]*)/g)].map(([, name, value]) => [name, value]);
  expect(facts).toEqual(
    expect.arrayContaining([
      ["Application", "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33"],
      ["IP address", "203.0.113.24"],
      ["Correlation id, as in Entra&#39;s logs", "d3d2c1b0-a998-4776-8554-3f2e1d0c9b88"],
      ["Attributes set that the user flow does not collect", "city"],
      ["Failure", "the tables could not be read, so the token got no claims"],
    ]),
  );
});
