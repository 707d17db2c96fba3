import { describeFailure } from "../../../lib/errors";
import { explainStart } from "../../../local/start";

/** As Node 20 prints an error that an app throws. */
const trace = (message: string, ...frames: readonly string[]) =>
  [
    "/srv/app/node_modules/aws-cdk-lib/core/lib/errors.js:1",
    "minified code",
    "       ^",
    "",
    message,
    ...frames,
    "",
    "Node.js v20.20.2",
  ].join("\n");

describe("a failed start prints one sentence for", () => {
  it.each<[string, string, string]>([
    [
      "an error of aws-cdk-lib 2.276, with the app's line",
      trace(
        "ValidationError: There is already a Construct with name 'x' in App",
        "    at path [Gatehouse]",
        "    at new Table (/srv/app/node_modules/aws-cdk-lib/x.js:1:2)",
        "    at <anonymous> (/srv/app/bin/app.ts:7:3)",
      ),
      "ValidationError: There is already a Construct with name 'x' in App (/srv/app/bin/app.ts:7; GATEHOUSE_DEBUG=1 shows where)",
    ],
    [
      "an error of later ones, with a code and shortened frames",
      trace(
        "«ValidationFailedWithErrors» Validation failed with the following errors:\n  [Gatehouse] no such secret",
        "    ...new Stack2 in aws-cdk-lib...",
        "    at <anonymous> (/srv/app/bin/app.ts:4:25)",
        "    ...node internals, tsx...",
        "Relates to construct:",
        "    <.> (aws-cdk-lib.App)",
      ),
      "Validation failed with the following errors:\n  [Gatehouse] no such secret (/srv/app/bin/app.ts:4; GATEHOUSE_DEBUG=1 shows where)",
    ],
    [
      "an error of a module, as ES modules name it",
      trace("TypeError: x is not a function", "    at file:///srv/app/bin/app.ts:3:1", "    at node:internal/x:1:2"),
      "TypeError: x is not a function (/srv/app/bin/app.ts:3; GATEHOUSE_DEBUG=1 shows where)",
    ],
    [
      "an error from within a library alone",
      trace("Error: no", "    at a (node:internal/x:1:2)"),
      "Error: no (GATEHOUSE_DEBUG=1 shows where)",
    ],
    ["words of a message as they are", "policy/before-create-user.ts:3: no rule", "policy/before-create-user.ts:3: no rule"],
  ])("%s", (_, output, sentence) => {
    expect(describeFailure(output)).toBe(sentence);
  });

  it.each<[string, unknown, string]>([
    ["another library's error", new Error("no such table"), "no such table (GATEHOUSE_DEBUG=1 shows where)"],
    ["an error without words", new TypeError(), "TypeError (GATEHOUSE_DEBUG=1 shows where)"],
    ["an error that quotes a stack", new Error("It broke\n    at x (y.js:1:2)"), "It broke (GATEHOUSE_DEBUG=1 shows where)"],
  ])("%s", (_, error, sentence) => {
    expect(explainStart(error)).toBe(sentence);
  });
});
