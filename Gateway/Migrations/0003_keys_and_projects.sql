-- Those who act for a caller work under the policies of 0001: their organisation, their project.
grant select on organizations, projects, api_keys to {app};
