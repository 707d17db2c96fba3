import type { ShutOut, Visit } from "../app/visit";
import { Badge } from "./badge";

export async function readShutOuts(visit: Visit, emails: readonly string[]): Promise<ReadonlyMap<string, readonly ShutOut[]>> {
  const shutOutsByFeature = emails.length === 0 ? [] : await Promise.all(visit.features.map((feature) => feature.shutOut?.(visit, emails)));
  return new Map(emails.map((email) => [email, shutOutsByFeature.flatMap((each) => each?.get(email) ?? [])]));
}

export function keepingOut(shutOuts: readonly ShutOut[] = []): readonly ShutOut[] {
  return shutOuts.filter(({ undoneAt }) => undoneAt === undefined);
}

export function ShutOutBadge({ out }: { readonly out: ShutOut | undefined }) {
  if (out === undefined) return null;
  return (
    <a href={out.path}>
      <Badge tone="bad">{out.text}</Badge>
    </a>
  );
}
