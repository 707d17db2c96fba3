import { dirname } from "node:path";
import { didYouMean } from "../../../lib/nearest-name";
import { SERVED_POLICY, type ServedPolicy } from "../../../lib/sign-up/served-policy";
import type { Template } from "../../aws/template";
import type { OwnService } from "./own-service";

/** The services that rules of all gates' policies call by `context.services.call`. */
export function ownServices(template: Template): readonly OwnService[] {
  const found = new Map<string, OwnService>();
  for (const { metadata } of template.ofType("AWS::Lambda::Function")) {
    const made = metadata(SERVED_POLICY) as ServedPolicy | undefined;
    for (const use of made?.uses ?? []) {
      if (!("service" in use) || use.url === undefined) continue;
      const folder = dirname((made as ServedPolicy).file);
      const { folders = [] } = found.get(use.service) ?? {};
      found.set(use.service, {
        name: use.service,
        basePath: new URL(use.url).pathname,
        folders: [...new Set([...folders, folder])],
      });
    }
  }
  return [...found.values()];
}

/** `--endpoint` names a system that nobody asks. */
export class EndpointError extends Error {
  override readonly name = "EndpointError";
}

/** Throws EndpointError for a name that is none. @param known what has a stand-in */
export function assertEndpoints(named: Iterable<string>, known: readonly string[]): void {
  for (const name of named) {
    if (known.includes(name)) continue;
    const there = `There are ${known.join(", ")}.`;
    throw new EndpointError(
      `--endpoint ${name}=…: no rule of the policy calls a service of that name.${didYouMean(name, known) || ` ${there}`}`,
    );
  }
}
