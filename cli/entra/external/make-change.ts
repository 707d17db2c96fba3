import { setTimeout as sleep } from "node:timers/promises";
import type { ExtensionSettings } from "../../../adapters/graph/authentication-extensions";
import { ENTRA_APP_ID } from "../../../engine/protocols/extension-caller";
import { CommandError } from "../../failure";
import { errorWords } from "./extensions";
import type { ExternalChange } from "./external-change";
import type { ExternalSetup } from "./standing";

const VALIDATIONS = 5;
const FIRST_PAUSE_MS = 500;

/** Makes a change. @param made ids of what was made before it: of extensions by name, `application`, `appId` and `principal` */
export async function makeChange(setup: ExternalSetup, change: ExternalChange, made: Map<string, string>): Promise<void> {
  const { registrations, extensions, flows } = setup;
  const idOf = (id: string | undefined, name: string) => id ?? (made.get(name) as string);
  switch (change.action) {
    case "create application": {
      const { id, appId } = await registrations.create(change.name);
      made.set("application", id).set("appId", appId);
      return;
    }
    case "create service principal": {
      const appId = idOf(change.appId, "appId");
      const { id } = await registrations.createPrincipal(appId);
      if (appId !== ENTRA_APP_ID) made.set("principal", id);
      return;
    }
    case "configure application":
      return await registrations.update(idOf(change.id, "application"), change.changed);
    case "grant consent":
      return await registrations.consent(idOf(change.principalId, "principal"));
    case "create extension": {
      await assertValid(setup, change.name, change.settings);
      made.set(change.name, await extensions.create(change.event, change.name, change.settings));
      return;
    }
    case "update extension":
      return await extensions.update(change.id, change.event, change.settings);
    case "delete extension":
      return await extensions.remove(change.id);
    case "collect attributes":
      return await flows.collect(change.flowId, change.attributes);
    case "stop collecting":
      return await flows.stopCollecting(change.flowId, change.attributes);
    case "listen":
      return await extensions.listen(change.event, change.appId, idOf(change.id, change.name));
    case "stop listening":
      return await extensions.stopListening(change.id);
    case "link":
      return await flows.link(change.flowId, change.event, idOf(change.id, change.name));
    case "unlink":
      return await flows.unlink(change.flowId, change.event);
    case "delete application":
      return await registrations.remove(change.id);
  }
}

/** A service principal that was just made is not known everywhere at once. */
async function assertValid({ extensions }: ExternalSetup, name: string, settings: ExtensionSettings): Promise<void> {
  for (let count = 1; ; count++) {
    const { errors } = await extensions.validate(settings);
    if (errors.length === 0) return;
    const isNew = errors.every(({ code }) => code === "ServicePrincipalNotFound");
    if (!isNew || count === VALIDATIONS) throw new CommandError(errors.map((error) => errorWords(name, error)).join(" "));
    await sleep(FIRST_PAUSE_MS * 2 ** (count - 1));
  }
}
