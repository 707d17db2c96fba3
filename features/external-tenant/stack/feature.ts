export { externalTenantFeature as stack } from "./extension-api";
