import { OpenFeature } from "@openfeature/server-sdk";

const client = OpenFeature.getClient();
export const isNew = () => client.getBooleanValue("new-checkout", false);
