export { AwsProvider } from "@cdktf/provider-aws/lib/provider";
export { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
export * from "./add-providers";
