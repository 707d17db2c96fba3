import { beforeCreateUser, notDomains, onlyProviders } from "entra-gatehouse";

/** People of organisations: no free mail, no throw-away mail, no private relays. */
export default beforeCreateUser([onlyProviders(["mail", "google.com", "entra"]), notDomains(["consumer", "disposable", "relay"])]);
