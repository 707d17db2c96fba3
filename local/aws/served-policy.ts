import { dirname } from "node:path";
import { environment } from "../../adapters/aws/environment";
import { SERVED_POLICY, type ServedPolicy } from "../../lib/sign-up/step-bundle";
import type { Template } from "./template";

/** Returns a gate's policy folder, absolute; undefined if the template has no such gate. */
export function folderOfGate(template: Template): (gate: string | undefined) => string | undefined {
  const folders = new Map(
    template.ofType("AWS::Lambda::Function").flatMap(({ metadata, property }) => {
      const made = metadata(SERVED_POLICY) as ServedPolicy | undefined;
      const gate = property<{ readonly Variables?: Readonly<Record<string, string>> }>("Environment")?.Variables?.[environment.gate];
      return made === undefined ? [] : [[gate, dirname(made.file)] as const];
    }),
  );
  return (gate) => folders.get(gate);
}
