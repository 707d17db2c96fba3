import { existsSync, readFileSync } from "node:fs";
import type { Policy } from "../../engine/sign-up/policy";
import { withGatePolicies } from "../../lib/console/console";
import { sourceFile } from "../../lib/resources/bundle";

const policy = { step: "before-create-user", rules: [], options: {} } as unknown as Policy;
const at = (file: string) => ({ step: "before-create-user" as const, file, policy });

describe("the policies of named gates, for the console", () => {
  it("include every gate, and read a file that gates share only once", () => {
    const gates = [
      { name: "default", policy: [at("/app/policy/before-create-user.ts")] },
      { name: "partners", policy: [at("/app/b/before-create-user.ts")] },
      {
        name: "suppliers",
        policy: [at("/app/b/before-create-user.ts"), { ...at("/app/b/before-sending-token.ts"), step: "before-sending-token" as const }],
      },
    ];
    const seen: string[] = [];
    const text = withGatePolicies(gates, (module) => {
      seen.push(module);
      return readFileSync(module, "utf8");
    });
    expect(text).toBe(
      'import policy0 from "/app/b/before-create-user.ts";\nexport default { "partners": [policy0], "suppliers": [policy0] };\n',
    );
    expect(seen.map(existsSync)).toEqual([false]);
  });

  it("are absent if no gate has a name", () => {
    expect(withGatePolicies([{ name: "default", policy: [] }], (module) => module)).toBe(sourceFile("console", "app", "no-gates"));
  });
});
