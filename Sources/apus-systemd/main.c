// apus-systemd: asks systemd for the unit that the cgroup of a container belongs to. A program of its own, because
// libsystemd is a dynamic library; executed by apus-extra, and only where `--systemd-cgroup` is given.
//
//   apus-systemd start UNIT PROPERTY...   StartTransientUnit, until its job is done
//   apus-systemd set UNIT PROPERTY...     SetUnitProperties until the next start
//   apus-systemd stop UNIT                StopUnit, until its job is done, and ResetFailedUnit
//
// A property is NAME=TYPE:VALUE with the type of D-Bus: b, i, u, x, t and s; as and au with their members between
// commas, where a backslash stands before a comma that is none; ay in hexadecimal.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-bus.h>

#define SERVICE "org.freedesktop.systemd1"
#define OBJECT "/org/freedesktop/systemd1"
#define MANAGER "org.freedesktop.systemd1.Manager"
// As long as runc waits for a job.
#define JOB_SECONDS 30

struct job {
  sd_bus *bus;
  const char *unit;
  // The object of the job; NULL until it is known.
  char *path;
  // How it ended; empty until then.
  char result[32];
};

static int fail(const char *doing, const char *unit, int error, const sd_bus_error *reply) {
  const char *why = reply && sd_bus_error_is_set(reply) ? reply->message : strerror(-error);
  fprintf(stderr, "%s '%s': %s\n", doing, unit, why);
  return 1;
}

static int append_members(sd_bus_message *message, const char *type, const char *value) {
  int result = sd_bus_message_open_container(message, SD_BUS_TYPE_ARRAY, type);
  char *member = malloc(strlen(value) + 1);
  if (!member) return -ENOMEM;
  for (const char *at = value; result >= 0 && *at;) {
    size_t size = 0;
    for (; *at && *at != ','; at++) {
      if (*at == '\\' && at[1]) at++;
      member[size++] = *at;
    }
    if (*at) at++;
    member[size] = 0;
    if (*type == 's') {
      result = sd_bus_message_append_basic(message, 's', member);
    } else {
      uint32_t number = (uint32_t)strtoul(member, NULL, 10);
      result = sd_bus_message_append_basic(message, 'u', &number);
    }
  }
  free(member);
  return result < 0 ? result : sd_bus_message_close_container(message);
}

static int append_bytes(sd_bus_message *message, const char *value) {
  size_t size = strlen(value) / 2;
  uint8_t *bytes = malloc(size + 1);
  if (!bytes) return -ENOMEM;
  for (size_t index = 0; index < size; index++) {
    unsigned byte = 0;
    sscanf(value + 2 * index, "%2x", &byte);
    bytes[index] = (uint8_t)byte;
  }
  int result = sd_bus_message_append_array(message, 'y', bytes, size);
  free(bytes);
  return result;
}

static int append_value(sd_bus_message *message, const char *type, const char *value) {
  if (!strcmp(type, "s")) return sd_bus_message_append_basic(message, 's', value);
  if (!strcmp(type, "as") || !strcmp(type, "au")) return append_members(message, type + 1, value);
  if (!strcmp(type, "ay")) return append_bytes(message, value);
  int boolean = !strcmp(value, "true");
  if (!strcmp(type, "b")) return sd_bus_message_append_basic(message, 'b', &boolean);
  int32_t narrow = (int32_t)strtol(value, NULL, 10);
  if (!strcmp(type, "i")) return sd_bus_message_append_basic(message, 'i', &narrow);
  uint32_t unsigned_narrow = (uint32_t)strtoul(value, NULL, 10);
  if (!strcmp(type, "u")) return sd_bus_message_append_basic(message, 'u', &unsigned_narrow);
  int64_t wide = strtoll(value, NULL, 10);
  if (!strcmp(type, "x")) return sd_bus_message_append_basic(message, 'x', &wide);
  uint64_t unsigned_wide = strtoull(value, NULL, 10);
  if (!strcmp(type, "t")) return sd_bus_message_append_basic(message, 't', &unsigned_wide);
  return -EINVAL;
}

// Appends NAME=TYPE:VALUE as a structure (sv).
static int append_property(sd_bus_message *message, const char *property) {
  char name[64], type[8];
  int length = 0;
  if (sscanf(property, "%63[A-Za-z]=%7[a-z]:%n", name, type, &length) != 2 || length == 0) return -EINVAL;
  int result = sd_bus_message_open_container(message, SD_BUS_TYPE_STRUCT, "sv");
  if (result >= 0) result = sd_bus_message_append_basic(message, 's', name);
  if (result >= 0) result = sd_bus_message_open_container(message, SD_BUS_TYPE_VARIANT, type);
  if (result >= 0) result = append_value(message, type, property + length);
  if (result >= 0) result = sd_bus_message_close_container(message);
  return result < 0 ? result : sd_bus_message_close_container(message);
}

static int append_properties(sd_bus_message *message, char **properties) {
  int result = sd_bus_message_open_container(message, SD_BUS_TYPE_ARRAY, "(sv)");
  for (; result >= 0 && *properties; properties++) {
    result = append_property(message, *properties);
    if (result < 0) fprintf(stderr, "property '%s': %s\n", *properties, strerror(-result));
  }
  return result < 0 ? result : sd_bus_message_close_container(message);
}

static int job_removed(sd_bus_message *message, void *context, sd_bus_error *error) {
  (void)error;
  struct job *job = context;
  uint32_t id;
  const char *path, *unit, *result;
  if (sd_bus_message_read(message, "uoss", &id, &path, &unit, &result) < 0) return 0;
  if (job->path ? !strcmp(path, job->path) : !strcmp(unit, job->unit)) {
    snprintf(job->result, sizeof job->result, "%s", result);
  }
  return 0;
}

// Calls a method that begins a job, and waits for the end of that.
static int perform(struct job *job, sd_bus_message *message, sd_bus_error *error) {
  sd_bus_message *reply = NULL;
  const char *path = NULL;
  int result = sd_bus_call(job->bus, message, 0, error, &reply);
  if (result >= 0) result = sd_bus_message_read(reply, "o", &path);
  if (result >= 0) job->path = strdup(path);
  sd_bus_message_unref(reply);
  if (result >= 0 && !job->path) result = -ENOMEM;
  for (int left = JOB_SECONDS; result >= 0 && !*job->result && left > 0;) {
    result = sd_bus_process(job->bus, NULL);
    if (result == 0) {
      result = sd_bus_wait(job->bus, 1000000);
      if (result == 0) left--;
    }
  }
  if (result >= 0 && !*job->result) result = -ETIMEDOUT;
  free(job->path);
  return result;
}

// A call of the manager with the name of the unit as its first argument.
static int new_call(struct job *job, const char *method, sd_bus_message **message) {
  int result = sd_bus_message_new_method_call(job->bus, message, SERVICE, OBJECT, MANAGER, method);
  return result < 0 ? result : sd_bus_message_append_basic(*message, 's', job->unit);
}

static void reset_failed(struct job *job) {
  sd_bus_message *message = NULL;
  // A unit that did not fail is gone, and there is nothing to reset.
  if (new_call(job, "ResetFailedUnit", &message) >= 0) sd_bus_call(job->bus, message, 0, NULL, NULL);
  sd_bus_message_unref(message);
}

static int call_start(struct job *job, char **properties, sd_bus_error *error) {
  sd_bus_message *message = NULL;
  int result = new_call(job, "StartTransientUnit", &message);
  if (result >= 0) result = sd_bus_message_append_basic(message, 's', "replace");
  if (result >= 0) result = append_properties(message, properties);
  if (result >= 0) result = sd_bus_message_append(message, "a(sa(sv))", 0);
  if (result >= 0) result = perform(job, message, error);
  sd_bus_message_unref(message);
  return result;
}

static int start(struct job *job, char **properties) {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  int result = call_start(job, properties, &error);
  if (result < 0 && sd_bus_error_has_name(&error, SERVICE ".UnitExists")) {
    // What is left of a failed unit of that name is in the way; a running one stays.
    sd_bus_error_free(&error);
    reset_failed(job);
    result = call_start(job, properties, &error);
  }
  if (result < 0) fail("unable to start unit", job->unit, result, &error);
  sd_bus_error_free(&error);
  if (result < 0) return 1;
  if (!strcmp(job->result, "done")) return 0;
  reset_failed(job);
  fprintf(stderr, "error creating systemd unit '%s': got '%s'\n", job->unit, job->result);
  return 1;
}

static int set(struct job *job, char **properties) {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  sd_bus_message *message = NULL;
  int runtime = 1;
  int result = new_call(job, "SetUnitProperties", &message);
  if (result >= 0) result = sd_bus_message_append_basic(message, 'b', &runtime);
  if (result >= 0) result = append_properties(message, properties);
  if (result >= 0) result = sd_bus_call(job->bus, message, 0, &error, NULL);
  if (result < 0) fail("unable to set properties of unit", job->unit, result, &error);
  sd_bus_error_free(&error);
  sd_bus_message_unref(message);
  return result < 0;
}

static int stop(struct job *job) {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  sd_bus_message *message = NULL;
  int result = new_call(job, "StopUnit", &message);
  if (result >= 0) result = sd_bus_message_append_basic(message, 's', "replace");
  if (result >= 0) result = perform(job, message, &error);
  sd_bus_message_unref(message);
  // A scope ends with its last process.
  int is_gone = sd_bus_error_has_name(&error, SERVICE ".NoSuchUnit");
  if (result < 0 && !is_gone) fail("unable to stop unit", job->unit, result, &error);
  sd_bus_error_free(&error);
  reset_failed(job);
  return result < 0 && !is_gone;
}

int main(int count, char **words) {
  const char *verb = count > 2 ? words[1] : "";
  int is_start = !strcmp(verb, "start"), is_set = !strcmp(verb, "set"), is_stop = !strcmp(verb, "stop");
  if (!is_start && !is_set && !(is_stop && count == 3)) {
    fputs("usage: apus-systemd start|set UNIT NAME=TYPE:VALUE... | stop UNIT\n", stderr);
    return 2;
  }
  struct job job = {.unit = words[2]};
  int result = sd_bus_open_system(&job.bus);
  if (result >= 0 && !is_set) {
    result = sd_bus_match_signal(job.bus, NULL, SERVICE, OBJECT, MANAGER, "JobRemoved", job_removed, &job);
  }
  if (result < 0) return fail("unable to reach systemd for unit", job.unit, result, NULL);
  int code = is_start ? start(&job, words + 3) : is_set ? set(&job, words + 3) : stop(&job);
  sd_bus_flush_close_unref(job.bus);
  return code;
}
