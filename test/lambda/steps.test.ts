import { apiConnector } from "../../engine/protocols/api-connector";
import { stepHandler } from "../../handlers/sign-up";
import { startAwsDouble } from "../adapters/aws/aws-double";
import { proxyEvent } from "../support/events";
import { captureOutput, lambdaContext, setEnvironment } from "./invoke";

describe.each(["after-sign-in", "before-create-user"])("the function of %s", (step) => {
  it("runs the policy of its step", async () => {
    const aws = await startAwsDouble();
    setEnvironment(aws.endpoint);
    const output = captureOutput();
    const { handler } = await import(`../../lambda/${step}`);
    const result = await handler(proxyEvent(`/${step}`, "{"), lambdaContext);
    output.release();
    await aws.close();
    expect(JSON.parse(result.body)).toMatchObject({ action: "ShowBlockPage" });
    expect(output.lines().filter(({ message }) => message === "decided")).toEqual([
      expect.objectContaining({ step, reasons: ["request.unreadable"] }),
    ]);
  });
});

it.each(["after-sign-in", "before-create-user"] as const)("%s does not start if the gate's setting is not configured", (step) =>
  expect(() =>
    stepHandler({ dialect: apiConnector, policy: { step, rules: [], options: {} }, decidingParts: undefined }, {} as never),
  ).toThrow(),
);
