#include "COpenVINO.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  const char *name;
  size_t offset;
} entry;

#define ENTRY(field) {"ov_" #field, offsetof(martlet_ov_functions, field)}

static const entry entries[] = {
    ENTRY(get_openvino_version),
    ENTRY(version_free),
    ENTRY(get_error_info),
    ENTRY(get_last_err_msg),
    ENTRY(free),
    ENTRY(core_create),
    ENTRY(core_free),
    ENTRY(core_read_model),
    ENTRY(core_compile_model_props),
    ENTRY(model_reshape_by_port_indexes),
    ENTRY(model_free),
    ENTRY(compiled_model_inputs_size),
    ENTRY(compiled_model_outputs_size),
    ENTRY(compiled_model_input_by_index),
    ENTRY(compiled_model_output_by_index),
    ENTRY(compiled_model_input_by_name),
    ENTRY(compiled_model_output_by_name),
    ENTRY(compiled_model_get_property),
    ENTRY(compiled_model_create_infer_request),
    ENTRY(compiled_model_free),
    ENTRY(port_get_any_name),
    ENTRY(port_get_element_type),
    ENTRY(port_get_partial_shape),
    ENTRY(output_const_port_free),
    ENTRY(partial_shape_free),
    ENTRY(tensor_create_from_host_ptr),
    ENTRY(tensor_get_shape),
    ENTRY(tensor_get_element_type),
    ENTRY(tensor_get_byte_size),
    ENTRY(tensor_data),
    ENTRY(tensor_free),
    ENTRY(shape_free),
    ENTRY(infer_request_set_input_tensor_by_index),
    ENTRY(infer_request_infer),
    ENTRY(infer_request_get_output_tensor_by_index),
    ENTRY(infer_request_free),
};

_Static_assert(
    sizeof(entries) / sizeof(entries[0]) == sizeof(martlet_ov_functions) / sizeof(void (*)(void)),
    "every function of the table is looked up");

int martlet_ov_open(
    const char *path, martlet_ov_functions *functions, char *problem, size_t problem_bytes) {
  memset(functions, 0, sizeof(*functions));
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == NULL) {
    const char *reason = dlerror();
    snprintf(problem, problem_bytes, "%s", reason != NULL ? reason : "dlopen failed");
    return -1;
  }
  for (size_t index = 0; index < sizeof(entries) / sizeof(entries[0]); index++) {
    void *symbol = dlsym(library, entries[index].name);
    if (symbol == NULL) {
      snprintf(problem, problem_bytes, "%s has no function %s", path, entries[index].name);
      dlclose(library);
      return -1;
    }
    // POSIX lets a data pointer hold a function's address; C itself does not, hence the copy.
    memcpy((char *)functions + entries[index].offset, &symbol, sizeof(symbol));
  }
  return 0;
}
