import type { ShutOut, Visit } from "../app/visit";
import { Badge } from "./badge";

/** Reads the shut-outs of some people from all features. */
export async function readShutOuts(visit: Visit, emails: readonly string[]): Promise<ReadonlyMap<string, readonly ShutOut[]>> {
  const shutOutsByFeature = emails.length === 0 ? [] : await Promise.all(visit.features.map((feature) => feature.shutOut?.(visit, emails)));
  return new Map(emails.map((email) => [email, shutOutsByFeature.flatMap((each) => each?.get(email) ?? [])]));
}

/** Returns the shut-outs that are still in effect. */
export function keepingOut(shutOuts: readonly ShutOut[] = []): readonly ShutOut[] {
  return shutOuts.filter(({ undoneAt }) => undoneAt === undefined);
}

/** A badge in a list of people. */
export function ShutOutBadge({ out }: { readonly out: ShutOut | undefined }) {
  if (out === undefined) return null;
  return (
    <a href={out.path}>
      <Badge tone="bad">{out.text}</Badge>
    </a>
  );
}
