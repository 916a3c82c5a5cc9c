# Generated from cdktf-defender-for-cloud; a change here is lost.

output "connector_id" {
  description = "Resource id of the security connector."
  value       = "/subscriptions/${var.azure_subscription_id}/resourceGroups/${var.resource_group_name}/providers/Microsoft.Security/securityConnectors/${var.connector_name}"
  depends_on  = [azapi_resource.connector]
}

output "identity_provider_arn" {
  description = "ARN of the OIDC identity provider."
  value       = "arn:aws:iam::${var.aws_account_id}:oidc-provider/sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/"
  depends_on  = [aws_iam_openid_connect_provider.identity_provider]
}

output "role_arns" {
  description = "ARNs of the roles that Defender assumes, by their key."
  value       = { for role in local.roles : role => local.role_arns[role] }
  depends_on = [
    aws_iam_role_policy_attachment.agentless_scanner_policy_attachment,
    aws_iam_role_policy_attachment.arc_auto_provisioning_policy_attachment,
    aws_iam_role_policy_attachment.arc_host_management_policy_2_attachment,
    aws_iam_role_policy_attachment.arc_host_management_policy_attachment,
    aws_iam_role_policy_attachment.containers_agentless_discovery_policy_attachment,
    aws_iam_role_policy_attachment.containers_cloud_watch_to_kinesis_policy_attachment,
    aws_iam_role_policy_attachment.containers_data_collection_policy_attachment,
    aws_iam_role_policy_attachment.containers_image_assessment_amazon_ec2_container_registry_power_user_attachment,
    aws_iam_role_policy_attachment.containers_image_assessment_amazon_elastic_container_registry_public_power_user_attachment,
    aws_iam_role_policy_attachment.containers_k8s_policy_attachment,
    aws_iam_role_policy_attachment.containers_kinesis_to_s3_policy_attachment,
    aws_iam_role_policy_attachment.cspm_monitor_read_only_access_attachment,
    aws_iam_role_policy_attachment.cspm_monitor_policy_attachment,
    aws_iam_role_policy_attachment.data_security_posture_db_policy_attachment,
    aws_iam_role_policy_attachment.defender_for_servers_policy_attachment,
    aws_iam_role_policy_attachment.sensitive_data_discovery_amazon_s3_read_only_access_attachment,
    aws_iam_role_policy_attachment.sensitive_data_discovery_policy_attachment,
    aws_iam_role_policy_attachment.containers_image_assessment_amazon_ec2_container_registry_read_only_attachment,
    aws_iam_role_policy_attachment.containers_image_assessment_amazon_elastic_container_registry_public_read_only_attachment,
    aws_iam_role_policy_attachment.cspm_monitor_additional_attachment,
  ]
}

output "audiences" {
  description = "Audiences (client IDs) that the identity provider lists for the selected plans."
  value       = local.audiences
}
