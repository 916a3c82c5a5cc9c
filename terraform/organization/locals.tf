# Generated from cdktf-defender-for-cloud; a change here is lost.

locals {
  defender_cspm = var.defender_cspm[*]
  servers = [
    for plan in var.servers[*] : merge(plan, {
      agentless_machine_scanning = coalesce(plan.agentless_machine_scanning, plan.sub_plan == "P2")
    })
  ]
  containers = var.containers[*]
  databases = [
    for plan in var.databases[*] : merge(plan, {
      databases_posture = coalesce(plan.databases_posture, false)
    })
  ]
  roles = distinct(concat(
    ["cspmMonitor"],
    [
      for use in flatten([
        for plan in local.defender_cspm : [
          { role = "agentlessScanner", on = plan.agentless_machine_scanning },
          { role = "sensitiveDataDiscovery", on = plan.sensitive_data_discovery },
          { role = "dataSecurityPostureDb", on = plan.databases_posture },
          { role = "containersAgentlessDiscovery", on = plan.agentless_kubernetes_discovery },
          { role = "containersImageAssessment", on = plan.container_image_assessment },
        ]
      ]) : use.role if use.on
    ],
    [
      for use in flatten([
        for plan in local.servers : [
          { role = "defenderForServers", on = true },
          { role = "arcAutoProvisioning", on = plan.arc_auto_provisioning },
          { role = "arcHostManagement", on = plan.arc_auto_provisioning },
          { role = "agentlessScanner", on = plan.agentless_machine_scanning },
        ]
      ]) : use.role if use.on
    ],
    [
      for use in flatten([
        for plan in local.containers : [
          { role = "containersK8s", on = plan.audit_log_collection },
          { role = "containersK8s", on = plan.sensor_provisioning },
          { role = "containersK8s", on = plan.policy_add_on_provisioning },
          { role = "containersDataCollection", on = plan.audit_log_collection },
          { role = "containersCloudWatchToKinesis", on = plan.audit_log_collection },
          { role = "containersKinesisToS3", on = plan.audit_log_collection },
          { role = "containersAgentlessDiscovery", on = plan.agentless_kubernetes_discovery },
          { role = "containersImageAssessment", on = plan.container_image_assessment },
          { role = "agentlessScanner", on = plan.agentless_machine_scanning },
        ]
      ]) : use.role if use.on
    ],
    [
      for use in flatten([
        for plan in local.databases : [
          { role = "arcAutoProvisioning", on = plan.sql_servers_on_machines },
          { role = "arcHostManagement", on = plan.sql_servers_on_machines },
          { role = "dataSecurityPostureDb", on = plan.databases_posture },
        ]
      ]) : use.role if use.on
    ],
  ))
  audiences = [
    for needed in [
      { audience = "api://4d8bed1f-eee7-4d8e-b0dc-8462049a4479", roles = ["cspmMonitor"] },
      { audience = "api://AzureSecurityCenter.MultiCloud.DefenderForServers", roles = ["defenderForServers", "arcAutoProvisioning"] },
      { audience = "api://AzureSecurityCenter.MultiCloud.DefenderForServers.VmScanner", roles = ["agentlessScanner"] },
      { audience = "api://6610e979-c931-41ec-adc7-b9920c9d52f1", roles = ["containersAgentlessDiscovery", "containersImageAssessment", "containersK8s"] },
      { audience = "api://b2f86835-c959-461c-b08c-2cd5ca382af5", roles = ["sensitiveDataDiscovery"] },
      { audience = "api://AzureSecurityCenter.MultiCloud.DefenderForDatabases", roles = ["dataSecurityPostureDb"] },
      { audience = "api://1462b192-27f7-4cb9-8523-0f4ecb54b47e", roles = ["containersDataCollection"] },
    ] : needed.audience if length(setintersection(needed.roles, local.roles)) > 0
  ]
  offerings = concat(
    [
      {
        offeringType = "CspmMonitorAws"
        nativeCloudConnection = {
          cloudRoleArn = local.role_arns.cspmMonitor
        }
      },
    ],
    [
      for plan in local.defender_cspm : {
        offeringType = "DefenderCspmAws"
        vmScanners = merge(
          {
            enabled = plan.agentless_machine_scanning
          },
          {
            for field, value in {
              cloudRoleArn = local.role_arns.agentlessScanner
              configuration = {
                scanningMode = "Default"
              }
            } : field => value if plan.agentless_machine_scanning
          },
        )
        dataSensitivityDiscovery = merge(
          {
            enabled = plan.sensitive_data_discovery
          },
          {
            for field, value in {
              cloudRoleArn = local.role_arns.sensitiveDataDiscovery
            } : field => value if plan.sensitive_data_discovery
          },
        )
        databasesDspm = merge(
          {
            enabled = plan.databases_posture
          },
          {
            for field, value in {
              cloudRoleArn = local.role_arns.dataSecurityPostureDb
            } : field => value if plan.databases_posture
          },
        )
        mdcContainersImageAssessment = merge(
          {
            enabled = plan.container_image_assessment
          },
          {
            for field, value in {
              cloudRoleArn = local.role_arns.containersImageAssessment
            } : field => value if plan.container_image_assessment
          },
        )
        mdcContainersAgentlessDiscoveryK8s = merge(
          {
            enabled = plan.agentless_kubernetes_discovery
          },
          {
            for field, value in {
              cloudRoleArn = local.role_arns.containersAgentlessDiscovery
            } : field => value if plan.agentless_kubernetes_discovery
          },
        )
      }
    ],
    [
      for plan in local.servers : {
        offeringType = "DefenderForServersAws"
        defenderForServers = {
          cloudRoleArn = local.role_arns.defenderForServers
        }
        arcAutoProvisioning = merge(
          {
            enabled = plan.arc_auto_provisioning
          },
          {
            for field, value in {
              cloudRoleArn  = local.role_arns.arcAutoProvisioning
              configuration = {}
            } : field => value if plan.arc_auto_provisioning
          },
        )
        vaAutoProvisioning = merge(
          {
            enabled = plan.vulnerability_assessment != "false"
          },
          {
            for field, value in {
              configuration = {
                type = plan.vulnerability_assessment
              }
            } : field => value if plan.vulnerability_assessment != "false"
          },
        )
        mdeAutoProvisioning = {
          enabled       = plan.defender_for_endpoint
          configuration = {}
        }
        subPlan = {
          type = plan.sub_plan
        }
        vmScanners = merge(
          {
            enabled = plan.agentless_machine_scanning
          },
          {
            for field, value in {
              cloudRoleArn = local.role_arns.agentlessScanner
              configuration = {
                scanningMode = "Default"
              }
            } : field => value if plan.agentless_machine_scanning
          },
        )
      }
    ],
    [
      for plan in local.containers : merge(
        {
          offeringType                        = "DefenderForContainersAws"
          enableAuditLogsAutoProvisioning     = plan.audit_log_collection
          enableDefenderAgentAutoProvisioning = plan.sensor_provisioning
          enablePolicyAgentAutoProvisioning   = plan.policy_add_on_provisioning
          mdcContainersImageAssessment = merge(
            {
              enabled = plan.container_image_assessment
            },
            {
              for field, value in {
                cloudRoleArn = local.role_arns.containersImageAssessment
              } : field => value if plan.container_image_assessment
            },
          )
          mdcContainersAgentlessDiscoveryK8s = merge(
            {
              enabled = plan.agentless_kubernetes_discovery
            },
            {
              for field, value in {
                cloudRoleArn = local.role_arns.containersAgentlessDiscovery
              } : field => value if plan.agentless_kubernetes_discovery
            },
          )
          vmScanners = merge(
            {
              enabled = plan.agentless_machine_scanning
            },
            {
              for field, value in {
                cloudRoleArn = local.role_arns.agentlessScanner
                configuration = {
                  scanningMode = "Default"
                }
              } : field => value if plan.agentless_machine_scanning
            },
          )
        },
        {
          for field, value in {
            kubernetesService = {
              cloudRoleArn = local.role_arns.containersK8s
            }
          } : field => value if plan.audit_log_collection || plan.sensor_provisioning || plan.policy_add_on_provisioning
        },
        {
          for field, value in {
            kubernetesDataCollection = {
              cloudRoleArn = local.role_arns.containersDataCollection
            }
            cloudWatchToKinesis = {
              cloudRoleArn = local.role_arns.containersCloudWatchToKinesis
            }
            kinesisToS3 = {
              cloudRoleArn = local.role_arns.containersKinesisToS3
            }
            kubeAuditRetentionTime   = 30
            dataCollectionExternalId = one(terraform_data.data_collection_external_id[*].output)
          } : field => value if plan.audit_log_collection
        },
      )
    ],
    [
      for plan in local.databases : {
        offeringType = "DefenderForDatabasesAws"
        arcAutoProvisioning = merge(
          {
            enabled = plan.sql_servers_on_machines
          },
          {
            for field, value in {
              cloudRoleArn  = local.role_arns.arcAutoProvisioning
              configuration = {}
            } : field => value if plan.sql_servers_on_machines
          },
        )
        rds = {
          enabled = false
        }
        databasesDspm = merge(
          {
            enabled = plan.databases_posture
          },
          {
            for field, value in {
              cloudRoleArn = local.role_arns.dataSecurityPostureDb
            } : field => value if plan.databases_posture
          },
        )
      }
    ],
  )
  role_arns = {
    cspmMonitor                   = "arn:aws:iam::${var.aws_account_id}:role/CspmMonitorAws"
    agentlessScanner              = "arn:aws:iam::${var.aws_account_id}:role/DefenderForCloud-AgentlessScanner"
    sensitiveDataDiscovery        = "arn:aws:iam::${var.aws_account_id}:role/SensitiveDataDiscovery"
    dataSecurityPostureDb         = "arn:aws:iam::${var.aws_account_id}:role/DefenderForCloud-DataSecurityPostureDB"
    containersAgentlessDiscovery  = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersAgentlessDiscoveryK8sRole"
    containersImageAssessment     = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersImageAssessmentRole"
    defenderForServers            = "arn:aws:iam::${var.aws_account_id}:role/DefenderForCloud-DefenderForServers"
    arcAutoProvisioning           = "arn:aws:iam::${var.aws_account_id}:role/DefenderForCloud-ArcAutoProvisioning"
    arcHostManagement             = "arn:aws:iam::${var.aws_account_id}:role/AWS-MDCSetup-HostMgmtRole-${var.aws_region}-MDCSetup"
    containersK8s                 = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sRole"
    containersDataCollection      = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sDataCollectionRole"
    containersCloudWatchToKinesis = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sCloudWatchToKinesisRole"
    containersKinesisToS3         = "arn:aws:iam::${var.aws_account_id}:role/MDCContainersK8sKinesisToS3Role"
  }
}
