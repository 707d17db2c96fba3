import type { ExternalChange } from "./external-change";

/** What a change is made to. */
export function externalObjectOf(change: ExternalChange): string {
  switch (change.action) {
    case "create extension":
    case "update extension":
      return `${change.name}, ${change.settings.url}`;
    case "configure application":
      return `${change.name}, ${Object.keys(change.changed).join(", ")}`;
    case "collect attributes":
    case "stop collecting":
      return change.attributes.join(", ");
    case "listen":
      return `${change.name} at ${change.event} of ${change.appId}`;
    case "stop listening":
      return `${change.name} for ${change.appIds.join(", ")}`;
    case "link":
      return `${change.event}: ${change.name}`;
    case "unlink":
      return change.event;
    default:
      return change.name;
  }
}

/** A change, as what is wrong without it. */
export function externalFindingOf(change: ExternalChange): string {
  const { action, why } = change;
  switch (action) {
    case "create application":
      return `There is no application ${change.name}`;
    case "create service principal":
      return `There is no service principal of ${change.name}`;
    case "create extension":
      return `There is no custom authentication extension ${change.name}`;
    case "collect attributes":
      return `The flow does not collect ${externalObjectOf(change)}, though the policy sets it`;
    case "listen":
      return `Nobody asks ${change.name} for claims of ${change.appId}`;
    case "link":
      return `${change.event} should call ${change.name}; ${why}`;
    default:
      return `${externalObjectOf(change)}: ${why}`;
  }
}
