import { accessList, beforeCreateUser } from "entra-gatehouse";
import { officeHours } from "./office-hours";

export default beforeCreateUser([officeHours, accessList()], { trust: ["mail", "google.com"] });
