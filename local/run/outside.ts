import type { SecretStore } from "../aws/secrets";
import { serveSignIn } from "../stand-ins/console-sign-in";
import { serveSystems } from "../stand-ins/systems";
import { outputOf, refusalsOf, type Setup } from "./setup";

/** As bin/app.ts names it where it is synthesized for this runner. */
const CONSOLE_CLIENT = "gatehouse-console";

/**
 * Starts what stands in for systems outside AWS: identity vendors, Graph, and the sign-in to the console.
 * @returns where each answers, by the name that `--endpoint` knows it by; the sign-in is `openid`
 */
export async function startOutsideSystems(setup: Setup, store: SecretStore, consoleUrl: string): Promise<ReadonlyMap<string, string>> {
  const { options, data, template, shutdown, report, onRequest } = setup;
  const systems = shutdown.own(
    await serveSystems(template, store, {
      data,
      replaced: options.endpoints,
      tell: report.output,
      onRequest,
      onUnused: report.trouble,
      onRefused: (system, why) => refusalsOf(system, setup)(why),
    }),
  );
  const client = { id: CONSOLE_CLIENT, secret: clientSecretOf(store, outputOf(template, "ConsoleSecret")) };
  const signIn = shutdown.own(await serveSignIn(client, setup.pageKey, refusalsOf("openid", setup)));
  signIn.allow(consoleUrl);
  return new Map([...systems.urls, ...options.endpoints, ["openid", signIn.url]]);
}

function clientSecretOf(store: SecretStore, arn: string): string {
  return (JSON.parse(store.current(arn)) as { clientSecret: string }).clientSecret;
}
